package io.cortexreactive.examples.tools;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What was noted, for each tenant; the latest alone. Sends nothing to anybody. Thread-safe. */
public final class Notes {

    private static final int KEPT = 20;

    private final Map<String, Book> books = new ConcurrentHashMap<>();

    /** Keeps a note. */
    Note add(String tenant, String to, String text) {
        return books.computeIfAbsent(tenant, id -> new Book()).add(to, text);
    }

    /** The latest of this tenant, oldest first. */
    public List<Note> of(String tenant) {
        Book book = books.get(tenant);
        return book == null ? List.of() : book.all();
    }

    /**
     * A note.
     *
     * @param number from 1, for each tenant
     */
    public record Note(int number, String to, String text) {}

    private static final class Book {

        private final Deque<Note> latest = new ArrayDeque<>();
        private int count;

        synchronized Note add(String to, String text) {
            Note note = new Note(++count, to, text);
            if (latest.size() == KEPT) {
                latest.removeFirst();
            }
            latest.addLast(note);
            return note;
        }

        synchronized List<Note> all() {
            return List.copyOf(latest);
        }
    }
}

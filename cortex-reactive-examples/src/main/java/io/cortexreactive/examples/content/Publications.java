package io.cortexreactive.examples.content;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What was published, for each tenant; the latest alone, and gone with the process. Thread-safe. */
public final class Publications {

    private static final int KEPT = 50;

    private final Map<String, Shelf> shelves = new ConcurrentHashMap<>();

    /** Publishes a text, once for a key, however often it is tried. */
    Publication publish(String tenant, String key, String title, String text) {
        return shelves.computeIfAbsent(tenant, id -> new Shelf()).add(key, new Publication(title, text, Instant.now()));
    }

    /** The latest of this tenant, oldest first. */
    public List<Publication> of(String tenant) {
        Shelf shelf = shelves.get(tenant);
        return shelf == null ? List.of() : List.copyOf(shelf.all());
    }

    /** A published text, as Markdown. */
    public record Publication(String title, String text, Instant at) {}

    private static final class Shelf {

        private final Map<String, Publication> byKey = new LinkedHashMap<>();

        synchronized Publication add(String key, Publication made) {
            Publication known = byKey.putIfAbsent(key, made);
            if (byKey.size() > KEPT) {
                byKey.remove(byKey.keySet().iterator().next());
            }
            return known == null ? made : known;
        }

        synchronized Collection<Publication> all() {
            return List.copyOf(byKey.values());
        }
    }
}

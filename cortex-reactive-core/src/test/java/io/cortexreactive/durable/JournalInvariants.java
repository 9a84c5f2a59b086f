package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.JournalEntry.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** What is true of each journal, whatever has happened to its run. */
public final class JournalInvariants {

    private static final Set<Kind> AFTER_UNWIND = EnumSet.of(Kind.UNDO, Kind.TIMER, Kind.PATCH, Kind.TERMINAL);

    private JournalInvariants() {}

    /** Fails with all that is wrong. */
    public static void check(RunRecord run, List<JournalEntry> journal) {
        assertThat(violations(run, journal)).describedAs("%s%n%s", run, journal).isEmpty();
    }

    /** All that is wrong. */
    static List<String> violations(RunRecord run, List<JournalEntry> journal) {
        List<JournalEntry> main =
                journal.stream().filter(entry -> entry.branch().isEmpty()).toList();
        if (main.isEmpty()) {
            return List.of("no entry");
        }
        List<String> found = new ArrayList<>();
        sequence(run, main, found);
        branches(run, journal, found);
        epochs(run, journal, found);
        end(run, main, found);
        inputs(main, found);
        compensations(main, found);
        unique("commit id", journal.stream().map(entry -> entry.commit().id()), found);
        unique("request id", main.stream().map(JournalEntry::requestId).filter(Objects::nonNull), found);
        return found;
    }

    private static void require(boolean holds, String otherwise, List<String> found) {
        if (!holds) {
            found.add(otherwise);
        }
    }

    private static void sequence(RunRecord run, List<JournalEntry> main, List<String> found) {
        int first = main.get(0).seq();
        for (int i = 0; i < main.size(); i++) {
            require(
                    main.get(i).seq() == first + i,
                    "a gap before " + main.get(i).seq(),
                    found);
        }
        require(main.get(main.size() - 1).seq() == run.progress().seq(), "not as long as the run", found);
        Kind begin = main.get(0).kind();
        require(begin == Kind.START || begin == Kind.PATCH, "begins with " + begin, found);
        require(count(main, Kind.START) <= 1, "begins twice", found);
        require(run.snapshot().seq() <= run.progress().seq(), "a snapshot of what is to come", found);
    }

    private static void branches(RunRecord run, List<JournalEntry> journal, List<String> found) {
        Set<String> places = new HashSet<>();
        int main = -1;
        for (JournalEntry entry : journal) {
            boolean branch = !entry.branch().isEmpty();
            require(branch == (entry.kind() == Kind.BRANCH), entry.kind() + " of '" + entry.branch() + "'", found);
            require(places.add(entry.seq() + "/" + entry.branch()), "twice at " + entry.seq(), found);
            require(entry.seq() > main, "a branch after its main entry " + main, found);
            require(entry.seq() <= run.progress().seq() + 1, "a branch of what is to come", found);
            main = branch ? main : entry.seq();
        }
    }

    private static void epochs(RunRecord run, List<JournalEntry> journal, List<String> found) {
        long before = 0;
        for (JournalEntry entry : journal) {
            long epoch = entry.commit().epoch();
            if (entry.branch().isEmpty()) {
                require(epoch >= before, "epoch " + epoch + " after " + before, found);
                before = epoch;
            }
            require(epoch <= run.progress().epoch(), "an epoch beyond the run's", found);
        }
    }

    private static void end(RunRecord run, List<JournalEntry> main, List<String> found) {
        long ends = count(main, Kind.TERMINAL);
        Kind last = main.get(main.size() - 1).kind();
        boolean ended = run.status().isTerminal();
        require(ends <= 1, "ended " + ends + " times", found);
        require(ends == 0 || last == Kind.TERMINAL, "goes on after its end", found);
        require(!ended || last == Kind.TERMINAL || last == Kind.PATCH, "ended without an entry", found);
        require(ended || ends == 0, "ended, and still " + run.status(), found);
        require(ended == (run.times().completedAt() != null), "a wrong end in its times", found);
        require((run.status() == RunStatus.PAUSED) == (run.pause() != null), "a wrong pause", found);
    }

    private static void inputs(List<JournalEntry> main, List<String> found) {
        boolean asked = false;
        for (JournalEntry entry : main) {
            if (entry.kind() == Kind.INPUT) {
                require(asked, "an input nobody asked for at " + entry.seq(), found);
                require(entry.requestId() != null, "an input of no request at " + entry.seq(), found);
                asked = false;
            } else {
                require(entry.requestId() == null, "a request id at " + entry.seq(), found);
                asked = entry.kind() == Kind.PAUSE || entry.kind() == Kind.PATCH;
            }
        }
    }

    private static void compensations(List<JournalEntry> main, List<String> found) {
        boolean unwinds = false;
        for (JournalEntry entry : main) {
            Kind kind = entry.kind();
            require(unwinds || kind != Kind.UNDO, "undone before it unwinds", found);
            require(!unwinds || AFTER_UNWIND.contains(kind), kind + " while it unwinds", found);
            unwinds |= kind == Kind.UNWIND;
        }
    }

    private static long count(List<JournalEntry> main, Kind kind) {
        return main.stream().filter(entry -> entry.kind() == kind).count();
    }

    private static void unique(String what, Stream<?> values, List<String> found) {
        List<?> all = values.toList();
        all.stream()
                .distinct()
                .filter(value -> Collections.frequency(all, value) > 1)
                .forEach(value -> found.add(what + " twice"));
    }
}

package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.JournalInvariants;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.persistence.SharedStore.Line;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * What came of runs of agents in spite of faults.
 *
 * @param runs that were dispatched
 * @param faults that were made
 * @param lost runs that are not there, or have not ended as planned
 * @param ranAgain answers that were asked for and calls that were made after they had been committed, and those that
 *     were committed twice
 * @param unexplained calls that were made again although nobody was killed who made them, or twice by one process;
 *     where nobody is killed, although their run had not been taken anew
 * @param doubleEnds runs that have ended more than once
 * @param duplicateIds messages with the id of another one
 * @param differing sequences that somebody who followed saw other than all see them now, and runs whose answers read
 *     other than they were given
 */
record AgentFigures(
        int runs,
        int faults,
        int lost,
        int ranAgain,
        int unexplained,
        int doubleEnds,
        int duplicateIds,
        int differing) {

    void assertGood() {
        assertThat(this).isEqualTo(new AgentFigures(runs, faults, 0, 0, 0, 0, 0, 0));
    }

    @Override
    public String toString() {
        return ("%,d runs, %,d faults: runs lost %,d, committed results repeated %,d, repeats without a kill %,d,"
                        + " double ends %,d, duplicate ids %,d, differing sequences %,d")
                .formatted(runs, faults, lost, ranAgain, unexplained, doubleEnds, duplicateIds, differing);
    }

    /** Collects them. */
    static final class Count {

        /** A run that is taken is given away again, be it at its end. */
        private static final int CHANGES_OF_HANDS = 2;

        private final int faults;
        private final Map<String, List<ChannelMessage>> told = new HashMap<>();
        private final Map<String, Instant> committed = new HashMap<>();
        private final Map<String, Long> takenAgain = new HashMap<>();
        private long repeats;
        private int lost;
        private int ranAgain;
        private int unexplained;
        private int doubleEnds;
        private int duplicateIds;
        private int differing;

        Count(int faults) {
            this.faults = faults;
        }

        AgentFigures figures() {
            return new AgentFigures(
                    told.size(), faults, lost, ranAgain, unexplained, doubleEnds, duplicateIds, differing);
        }

        void add(String runId, @Nullable RunRecord run, List<JournalEntry> journal, List<ChannelMessage> messages) {
            told.put(runId, messages);
            if (run == null || run.status() != RunStatus.COMPLETED) {
                lost++;
                return;
            }
            takenAgain.put(runId, run.progress().epoch() / CHANGES_OF_HANDS - 1);
            doubleEnds += ends(journal) > 1
                            || messages.stream().filter(ChannelMessage::last).count() > 1
                    ? 1
                    : 0;
            JournalInvariants.check(run, journal);
            journal.forEach(this::commit);
            Set<String> ids = new HashSet<>();
            messages.forEach(message -> duplicateIds += ids.add(message.id()) ? 0 : 1);
            differing += reads(messages) ? 0 : 1;
        }

        private static long ends(List<JournalEntry> journal) {
            return journal.stream()
                    .filter(entry -> entry.kind() == JournalEntry.Kind.TERMINAL)
                    .count();
        }

        private void commit(JournalEntry entry) {
            Map<String, Object> payload = entry.payload() == null ? Map.of() : StateJson.read(entry.payload());
            Stream.of("answer", "result")
                    .filter(payload::containsKey)
                    .map(kept -> (Map<?, ?>) Objects.requireNonNull(payload.get(kept)))
                    .forEach(kept -> {
                        Instant before = committed.put(
                                String.valueOf(kept.get("id")), entry.commit().at());
                        ranAgain += before == null ? 0 : 1;
                    });
        }

        /** Whether what is left of each answer for a reader, who discards what is to be discarded, is what it said. */
        private static boolean reads(List<ChannelMessage> messages) {
            Map<Integer, String> texts = new LinkedHashMap<>();
            Map<Integer, String> given = new LinkedHashMap<>();
            for (AgentStep step : steps(messages)) {
                if (step instanceof AgentStep.Restarted) {
                    texts.remove(step.iteration());
                } else if (step instanceof AgentStep.Text text) {
                    texts.merge(step.iteration(), text.text(), String::concat);
                } else if (step instanceof AgentStep.IterationCompleted done) {
                    given.put(
                            step.iteration(), done.trace().response().message().text());
                }
            }
            return texts.equals(given);
        }

        private static List<AgentStep> steps(List<ChannelMessage> messages) {
            return ChannelMessage.items(Flux.fromIterable(messages), AgentStep.class)
                    .collectList()
                    .blockOptional()
                    .orElseThrow();
        }

        /** Each time that something was made again, somebody was killed who made it, each once. */
        void addLedger(List<Line> ledger, Set<String> killed) {
            makers(ledger).values().forEach(names -> {
                Set<String> gone = new HashSet<>();
                names.subList(0, names.size() - 1)
                        .forEach(name -> unexplained += killed.contains(name) && gone.add(name) ? 0 : 1);
            });
        }

        /** Nobody was killed: each time that something was made again, its run had been taken anew. */
        void addLedger(List<Line> ledger) {
            makers(ledger).forEach((key, names) -> {
                long again = names.size() - 1L;
                repeats += again;
                unexplained += (int) Math.max(0, again - takenAgain.getOrDefault(runOf(key), 0L));
            });
        }

        /** How often runs were taken anew. */
        long takenAgain() {
            return takenAgain.values().stream().mapToLong(Long::longValue).sum();
        }

        /** How often something was made again. */
        long repeats() {
            return repeats;
        }

        /** Who made each answer and call of these runs, in order. */
        private Map<String, List<String>> makers(List<Line> ledger) {
            Map<String, List<String>> makers = new LinkedHashMap<>();
            ledger.stream().filter(line -> told.containsKey(runOf(line.key()))).forEach(line -> {
                ranAgain += line.at().isAfter(committed.getOrDefault(line.key(), Instant.MAX)) ? 1 : 0;
                makers.computeIfAbsent(line.key(), key -> new ArrayList<>()).add(line.worker());
            });
            return makers;
        }

        private static String runOf(String key) {
            return key.substring(0, key.indexOf('/'));
        }

        void addFollowers(Collection<AgentFollower> followers) {
            followers.stream()
                    .filter(follower -> !follower.saw(told.getOrDefault(follower.runId(), List.of())))
                    .forEach(follower -> differing++);
        }
    }
}

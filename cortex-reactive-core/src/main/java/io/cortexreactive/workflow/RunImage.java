package io.cortexreactive.workflow;

import io.cortexreactive.durable.Carried;
import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.durable.StateJson.Json;
import io.cortexreactive.durable.StateNotStorableException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a run knows at some point, as a snapshot has it: <code>{"v":1,"data":{…},"control":{…}}</code>. Immutable.
 *
 * @param data what the application sees; {@linkplain StateJson#plain plain}
 * @param control what the engine has to know besides; plain
 */
record RunImage(Map<String, Object> data, Map<String, Object> control) {

    /** Knows nothing: before the first entry of a journal. */
    static final RunImage EMPTY = new RunImage(Map.of(), Map.of());

    private static final int FORMAT = 1;

    /** Keeps the maps, which nobody changes any more: a copy of a large state would cost each transition more. */
    RunImage {
        data = Collections.unmodifiableMap(data);
        control = Collections.unmodifiableMap(control);
    }

    /**
     * Knows this alone.
     *
     * @throws StateNotStorableException if something in it is no JSON
     */
    static RunImage of(Map<String, Object> data) {
        return new RunImage(StateJson.plainMap(data, "data"), Map.of());
    }

    /** As it is after an entry; see {@link #fold(List)}. */
    RunImage fold(JournalEntry entry) {
        return fold(List.of(entry));
    }

    /**
     * As it is after entries. The output of a node is put under its id, or what was there is removed if it gave none,
     * then what the change puts. A saved state replaces what was there. Branches change nothing; the join of their node
     * does.
     *
     * @throws CorruptStateException if one of them has no change
     */
    RunImage fold(List<JournalEntry> entries) {
        Map<String, Object> newData = new LinkedHashMap<>(data);
        Map<String, Object> newControl = new LinkedHashMap<>(control);
        for (JournalEntry entry : entries) {
            String payload = entry.payload();
            if (payload == null || !entry.branch().isEmpty()) {
                continue;
            }
            if (entry.kind() == JournalEntry.Kind.PATCH) {
                RunImage base = fromJson(payload);
                newData = new LinkedHashMap<>(base.data);
                newControl = new LinkedHashMap<>(base.control);
            } else {
                Change.fromJson(payload).apply(nodeWithOutput(entry), newData, newControl);
            }
        }
        return new RunImage(newData, newControl);
    }

    private static @Nullable String nodeWithOutput(JournalEntry entry) {
        return switch (entry.kind()) {
            case NODE, TERMINAL -> entry.node();
            default -> null;
        };
    }

    /**
     * As it is after a change.
     *
     * @param node under whose id the output is put, in place of the one before; null to put it nowhere
     */
    RunImage with(@Nullable String node, Change change) {
        Map<String, Object> newData = new LinkedHashMap<>(data);
        Map<String, Object> newControl = new LinkedHashMap<>(control);
        change.apply(node, newData, newControl);
        return new RunImage(newData, newControl);
    }

    /**
     * As a snapshot has it.
     *
     * @param limit the most bytes it may have
     * @throws StateNotStorableException if it has more
     */
    Json toJson(int limit) {
        Map<String, Object> wrapped = new LinkedHashMap<>();
        wrapped.put("v", FORMAT);
        wrapped.put("data", data);
        wrapped.put("control", control);
        return StateJson.write(wrapped, limit);
    }

    /**
     * Reads a snapshot.
     *
     * @throws CorruptStateException if it is none, or a newer one
     */
    static RunImage fromJson(String json) {
        Map<String, Object> read = versioned(json);
        return new RunImage(object(read, "data"), object(read, "control"));
    }

    private static Map<String, Object> versioned(String json) {
        Map<String, Object> read = StateJson.read(json);
        Object format = read.get("v");
        if (format instanceof Number number && number.doubleValue() > FORMAT) {
            throw new CorruptStateException(
                    "A stored state has the format " + format + ", which is newer than " + FORMAT
                            + ", the newest that is known here.",
                    null);
        }
        if (!Integer.valueOf(FORMAT).equals(format)) {
            throw new CorruptStateException("A stored state does not say that its format is " + FORMAT + ".", null);
        }
        return read;
    }

    @SuppressWarnings("unchecked") // Objects are read as maps with texts for keys.
    private static Map<String, Object> object(Map<String, Object> read, String name) {
        if (read.get(name) instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new CorruptStateException("A stored state has no object '" + name + "'.", null);
    }

    /** A value that is a number; 0 if it is none. */
    static int number(@Nullable Object value) {
        return value instanceof Number number ? number.intValue() : 0;
    }

    /** A value that is a map; empty if it is none. */
    @SuppressWarnings("unchecked") // A state has only texts for keys.
    static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    /** What the control has, by name. */
    static final class Control {

        /** The node that comes next. */
        static final String NEXT = "next";

        /** The same, where there was a choice. */
        static final String WENT = "went";

        /** The branches of the node that comes next, where it is a parallel one. */
        static final String BRANCHES = "branches";

        /** Which branch has asked for the answer, with what. */
        static final String ASKED = "asked";

        /** The answer, and the sequence at which it came. */
        static final String ANSWER = "answer";

        /** How often the loop was gone through. */
        static final String LOOP = "loop";

        /** Results of branches from before a pause. */
        static final String FAN = "fan";

        /**
         * Branches of those whose results are another run's, of which this one is a fork: they are that one's to undo.
         */
        static final String COPIED = "copied";

        /** The runs of sub-workflows by branch. */
        static final String CHILDREN = "children";

        /** The sequence at which a delay began. */
        static final String TIMER = "timer";

        /** Attempts, by branch. */
        static final String TRIES = "try/";

        /** A node to compensate, by sequence and ordinal. */
        static final String UNDO = "undo/";

        /**
         * The parallel node whose branches are to compensate, which counts as one compensation while it is under way.
         */
        static final String COUNTED = "counted";

        /** The sequence at which the run began to compensate, once its branches of then are among its compensations. */
        static final String UNWOUND = "unwound";

        /** Why the run compensates, whatever its compensations fail at. */
        static final String FAILURE = "failure";

        /** The correlation id of who began the run. */
        static final String CORRELATION = Carried.CORRELATION;

        /** What belongs to the node that comes next, and means nothing to another, besides {@link #TRIES}. */
        static final Set<String> OF_NODE =
                Set.of(NEXT, WENT, BRANCHES, ASKED, ANSWER, LOOP, FAN, COPIED, CHILDREN, TIMER);

        private Control() {}
    }

    /**
     * What a transition changes, as the payload of its entry has it: <code>{"v":1,"output":…,"data":{…},"control":{…}}
     * </code>. Immutable and plain.
     *
     * @param output what the node gave; null for nothing
     * @param data put into the data
     * @param control put into the control; null removes
     */
    record Change(@Nullable Object output, Map<String, Object> data, Map<String, Object> control) {

        /** @throws StateNotStorableException if something in it is no JSON */
        Change {
            output = StateJson.plain(output, "output");
            data = StateJson.plainMap(data, "data");
            control = StateJson.plainMap(control, "control");
        }

        /**
         * Says whose output it is that cannot be kept, if it cannot.
         *
         * @throws StateNotStorableException that names the node
         */
        static <T> T named(String node, Supplier<T> change) {
            try {
                return change.get();
            } catch (StateNotStorableException e) {
                throw new StateNotStorableException(
                        "Node '" + node + "' gives what cannot be kept. " + e.getMessage(), e);
            }
        }

        /** An output, and no more. */
        static Change ofOutput(@Nullable Object output) {
            return new Change(output, Map.of(), Map.of());
        }

        /** What is put into the data, as the input is when a run begins. */
        static Change ofData(Map<String, Object> data) {
            return new Change(null, data, Map.of());
        }

        private void apply(@Nullable String node, Map<String, Object> toData, Map<String, Object> toControl) {
            if (node != null) {
                toData.remove(node);
            }
            if (node != null && output != null) {
                toData.put(node, output);
            }
            toData.putAll(data);
            control.forEach((name, value) -> {
                toControl.remove(name);
                if (value != null) {
                    toControl.put(name, value);
                }
            });
        }

        /**
         * As the payload of an entry has it.
         *
         * @param limit the most bytes it may have
         * @throws StateNotStorableException if it has more
         */
        Json toJson(int limit) {
            Map<String, Object> wrapped = new LinkedHashMap<>();
            wrapped.put("v", FORMAT);
            if (output != null) {
                wrapped.put("output", output);
            }
            wrapped.put("data", data);
            wrapped.put("control", control);
            return StateJson.write(wrapped, limit);
        }

        /**
         * Reads the payload of an entry.
         *
         * @throws CorruptStateException if it is none, or a newer one
         */
        static Change fromJson(String json) {
            Map<String, Object> read = versioned(json);
            return new Change(read.get("output"), object(read, "data"), object(read, "control"));
        }
    }
}

package io.cortexreactive.workflow;

import java.util.Map;
import java.util.function.Function;

/** What a parallel node makes of its branches. */
public sealed interface Merge {

    /** Waits for all; a map of their outputs by node id. A branch that fails, fails the node. */
    static Merge all() {
        return new All();
    }

    /** The first output there is; the others are cancelled. If all fail, the node fails. */
    static Merge any() {
        return new Any();
    }

    /** Waits for all, and makes something else of their outputs by node id. */
    static Merge of(Function<Map<String, Object>, Object> merge) {
        return new Custom(merge);
    }

    /** See {@link #all()}. */
    record All() implements Merge {}

    /** See {@link #any()}. */
    record Any() implements Merge {}

    /** See {@link #of}. */
    record Custom(Function<Map<String, Object>, Object> merge) implements Merge {}
}

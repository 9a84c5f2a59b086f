package io.cortexreactive.workflow;

import io.cortexreactive.durable.StateJson;
import io.cortexreactive.durable.StateNotStorableException;
import java.util.Map;

/**
 * What a human-input node does when nobody answers in time, once a {@linkplain WorkflowEngine#start() started} engine
 * has noticed.
 */
public sealed interface OnTimeout {

    /** The run fails with the code {@code input_timed_out}. */
    static OnTimeout fail() {
        return new Fail();
    }

    /** The run is cancelled. */
    static OnTimeout cancel() {
        return new Cancel();
    }

    /**
     * The run goes on with this as the answer, which must look as the node's schema says.
     *
     * @throws StateNotStorableException if a value is no JSON
     */
    static OnTimeout answer(Map<String, Object> input) {
        return new UseDefault(input);
    }

    /** See {@link #fail()}. */
    record Fail() implements OnTimeout {}

    /** See {@link #cancel()}. */
    record Cancel() implements OnTimeout {}

    /** See {@link #answer}. */
    record UseDefault(Map<String, Object> input) implements OnTimeout {

        /**
         * Of what the map has now.
         *
         * @throws StateNotStorableException if a value is no JSON
         */
        public UseDefault {
            input = input == null ? input : StateJson.plainMap(input, "answer");
        }
    }
}

package io.cortexreactive.examples.responder;

import java.util.LinkedHashMap;
import java.util.Map;

/** Which calls are attempts to answer the same question. Remembers the latest questions only. Thread-safe. */
final class Attempts {

    private static final int REMEMBERED = 1_000;

    private final Map<String, Attempt> latest = new LinkedHashMap<>() {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Attempt> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Another attempt at this question. */
    synchronized Attempt next(String question, String model) {
        return latest.compute(question, (id, before) -> before == null ? Attempt.first(model) : before.next(model));
    }

    /**
     * One attempt.
     *
     * @param number from 1
     * @param elsewhere whether another model was asked first
     */
    record Attempt(int number, String firstModel, boolean elsewhere) {

        static Attempt first(String model) {
            return new Attempt(1, model, false);
        }

        private Attempt next(String model) {
            return new Attempt(number + 1, firstModel, !model.equals(firstModel));
        }
    }
}

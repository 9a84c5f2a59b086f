package io.cortexreactive.agent.queue;

/**
 * Where a call of a tool stands in its run.
 *
 * @param key of the call: that of the call around it or of the run, the iteration, and the index
 * @param answer the key of the answer that it is in
 * @param iteration of that answer
 * @param within the run, as a text that is no other call's
 */
record CallPlace(String key, String answer, int iteration, String within) {

    static CallPlace of(String root, String key) {
        String answer = key.substring(0, key.lastIndexOf('-'));
        int iteration = Integer.parseInt(answer.substring(answer.lastIndexOf('/') + 1));
        return new CallPlace(
                key, answer, iteration, key.substring(root.length() + 1).replace('/', '.'));
    }
}

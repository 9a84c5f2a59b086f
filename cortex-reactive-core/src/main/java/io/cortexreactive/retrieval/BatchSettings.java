package io.cortexreactive.retrieval;

/**
 * How documents are embedded.
 *
 * @param size the most texts in one request
 * @param concurrency the most requests at a time
 */
record BatchSettings(int size, int concurrency) {

    /** The smallest limit of the known services, and few enough calls for a small quota. */
    static final BatchSettings DEFAULTS = new BatchSettings(96, 4);

    BatchSettings {
        if (size < 1 || concurrency < 1) {
            throw new RetrieverConfigurationException(
                    "Documents are embedded at least one at a time, and would be by " + size + " in " + concurrency
                            + " requests.",
                    null);
        }
    }
}

package io.cortexreactive.error;

/**
 * Marks an error that may come in the middle of an answer, and carries the text that had come. Errors of providers,
 * timeouts and deadlines have it alike, so that who shows the text need not know which of them it was.
 */
public interface PartialAnswer {

    /** The text so far; empty if there was none. */
    String partialText();
}

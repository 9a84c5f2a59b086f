package io.cortexreactive.workflow;

import org.jspecify.annotations.Nullable;

/**
 * How a run is resumed.
 *
 * @param pauseToken which pause is meant, so that an answer that comes late answers no other; null for the one there is
 * @param requestId the same request, sent again, has the same answer; null for a new one
 */
public record ResumeOptions(
        @Nullable String pauseToken, @Nullable String requestId) {

    /** The pause there is, and a new request. */
    public static final ResumeOptions DEFAULTS = new ResumeOptions(null, null);
}

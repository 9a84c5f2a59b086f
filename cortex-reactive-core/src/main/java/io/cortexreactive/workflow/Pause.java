package io.cortexreactive.workflow;

import java.time.Instant;

/**
 * What a paused run waits for.
 *
 * @param reason for people
 * @param token names this pause; consumed by exactly one resume
 * @param at since when
 */
public record Pause(String reason, String token, Instant at) {}

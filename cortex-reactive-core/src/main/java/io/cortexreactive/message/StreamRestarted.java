package io.cortexreactive.message;

/**
 * The stream begins anew: discard everything that came before. Sent only where the caller opted in to restarts.
 *
 * @param attempt the attempt that begins, from 2, counted over all providers that are asked
 * @param reason what ended the one before
 */
public record StreamRestarted(int attempt, String reason) implements ChatChunk {}

package io.cortexreactive.resilience;

/**
 * Why a restartable call begins again after its consumer had got something.
 *
 * @param attempt the number of the attempt that begins, from 2
 * @param reason the error that ended the one before
 */
public record Restart(int attempt, Throwable reason) {}

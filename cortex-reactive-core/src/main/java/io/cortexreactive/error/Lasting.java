package io.cortexreactive.error;

/**
 * Marks an error that stays: the same call fails again until somebody changes the input, the configuration or the
 * account.
 */
public interface Lasting {}

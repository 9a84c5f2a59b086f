package io.cortexreactive.error;

/**
 * Marks an error of a process that stops, or has stopped. It says nothing of the work in which it comes up: a run that
 * is kept goes on in another process.
 */
public interface Stopping {}

package io.cortexreactive.examples.responder;

/**
 * A page of documentation.
 *
 * @param name its path in the repository
 * @param markdown its text
 */
record Document(String name, String markdown) {}

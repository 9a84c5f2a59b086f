package io.cortexreactive.testing;

/** A response that the service itself would never give. */
record GarbageBody(int status, String contentType, String body) implements Fault {}

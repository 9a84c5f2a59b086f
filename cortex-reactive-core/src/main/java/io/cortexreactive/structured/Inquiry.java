package io.cortexreactive.structured;

import io.cortexreactive.message.ChatRequest;

/** What is wanted. */
record Inquiry<T>(ChatRequest request, Shape<T> shape, int attempts) {}

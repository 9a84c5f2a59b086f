/** Values that go to a model and come back: messages, requests, chunks, responses, usage. No behaviour, no I/O. */
@NullMarked
package io.cortexreactive.message;

import org.jspecify.annotations.NullMarked;

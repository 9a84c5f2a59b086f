/** Memory: what a model is told of a conversation, and where conversations are kept. */
@NullMarked
package io.cortexreactive.memory;

import org.jspecify.annotations.NullMarked;

/**
 * Anthropic's Messages. Begin at {@link io.cortexreactive.provider.anthropic.AnthropicProvider}; a call goes through
 * the request mapper to HTTP, and the answer's bytes through the message decoder.
 */
@NullMarked
package io.cortexreactive.provider.anthropic;

import org.jspecify.annotations.NullMarked;

/**
 * OpenAI, and every server that speaks its chat completions. Begin at
 * {@link io.cortexreactive.provider.openai.OpenAiProvider}; a call goes through the request mapper to HTTP, and the
 * answer's bytes through the completion decoder, which takes the dialects as they come.
 */
@NullMarked
package io.cortexreactive.provider.openai;

import org.jspecify.annotations.NullMarked;

/** Spring AI's chat client for OpenAI. */
@NullMarked
package io.cortexreactive.benchmarks.springai;

import org.jspecify.annotations.NullMarked;

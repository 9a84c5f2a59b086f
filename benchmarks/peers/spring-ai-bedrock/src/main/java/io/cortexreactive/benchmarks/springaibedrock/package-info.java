/** Spring AI's chat client for Bedrock. */
@NullMarked
package io.cortexreactive.benchmarks.springaibedrock;

import org.jspecify.annotations.NullMarked;

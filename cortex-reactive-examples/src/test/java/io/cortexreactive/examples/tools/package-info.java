/** Proves what the tools of the chat do. */
@NullMarked
package io.cortexreactive.examples.tools;

import org.jspecify.annotations.NullMarked;

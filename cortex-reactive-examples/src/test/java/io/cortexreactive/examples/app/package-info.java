/** Proves the application, over HTTP and in a browser. */
@NullMarked
package io.cortexreactive.examples.app;

import org.jspecify.annotations.NullMarked;

/** Proves the small programs that have something of their own to prove. */
@NullMarked
package io.cortexreactive.examples;

import org.jspecify.annotations.NullMarked;

/** What the documentation claims about speed comes from here. */
@NullMarked
package io.cortexreactive.benchmarks;

import org.jspecify.annotations.NullMarked;

/**
 * Architecture as tests: the package map, what code may not do, and how large it may grow. Each rule is shown to bite.
 */
@NullMarked
package io.cortexreactive.architecture;

import org.jspecify.annotations.NullMarked;

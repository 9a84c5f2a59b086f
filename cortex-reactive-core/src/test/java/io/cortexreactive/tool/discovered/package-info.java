/** Tools that a test finds. */
@NullMarked
package io.cortexreactive.tool.discovered;

import org.jspecify.annotations.NullMarked;

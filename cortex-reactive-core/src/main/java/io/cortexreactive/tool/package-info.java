/** Tools: what a model may call, how calls are checked, run and answered. */
@NullMarked
package io.cortexreactive.tool;

import org.jspecify.annotations.NullMarked;

/** JSON Schema: the shape of tool arguments and structured answers. */
@NullMarked
package io.cortexreactive.schema;

import org.jspecify.annotations.NullMarked;

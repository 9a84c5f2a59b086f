/** Two agents of one id. */
@NullMarked
package io.cortexreactive.agent.twins;

import org.jspecify.annotations.NullMarked;

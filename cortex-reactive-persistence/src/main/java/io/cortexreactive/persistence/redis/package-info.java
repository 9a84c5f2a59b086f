/** Redis, through Lettuce: runs and conversations, each step of which is one script. */
@NullMarked
package io.cortexreactive.persistence.redis;

import org.jspecify.annotations.NullMarked;

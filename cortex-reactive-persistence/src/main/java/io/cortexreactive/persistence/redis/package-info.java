/** Redis, through Lettuce: runs, conversations and channels, each step of which is one script. */
@NullMarked
package io.cortexreactive.persistence.redis;

import org.jspecify.annotations.NullMarked;

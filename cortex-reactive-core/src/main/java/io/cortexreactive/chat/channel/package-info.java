/** Channels in stores that several processes share: what a store does, and the broadcaster over it. */
@NullMarked
package io.cortexreactive.chat.channel;

import org.jspecify.annotations.NullMarked;

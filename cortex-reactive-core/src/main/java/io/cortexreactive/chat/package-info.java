/** Chat: the client people call, the interceptors around a call, and channels that outlive connections. */
@NullMarked
package io.cortexreactive.chat;

import org.jspecify.annotations.NullMarked;

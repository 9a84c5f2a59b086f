/** Chat: the client people call, and the interceptors around a call. */
@NullMarked
package io.cortexreactive.chat;

import org.jspecify.annotations.NullMarked;

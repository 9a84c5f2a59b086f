/**
 * For authors of providers: HTTP exchanges on Reactor Netty, and the framings that model services use. A provider gives
 * a {@link ResponseReader} and gets a {@code Flux} that carries demand and cancel to the socket. Nothing here knows a
 * particular service.
 */
@NullMarked
package io.cortexreactive.provider.wire;

import org.jspecify.annotations.NullMarked;

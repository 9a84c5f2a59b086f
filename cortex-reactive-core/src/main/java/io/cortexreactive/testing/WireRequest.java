package io.cortexreactive.testing;

import io.netty.channel.Channel;
import java.util.Map;

/**
 * A request as it came, and the connection it came on.
 *
 * @param headers found in any case
 */
record WireRequest(Channel channel, String path, Map<String, String> headers, String body) {}

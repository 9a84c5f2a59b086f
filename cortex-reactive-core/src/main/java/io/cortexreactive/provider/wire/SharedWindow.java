package io.cortexreactive.provider.wire;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2LocalFlowController;

/**
 * Widens the window that the streams of an HTTP/2 connection share. As it comes it holds what one stream may have
 * unread, so that a single consumer that pauses would stall all others.
 */
final class SharedWindow {

    /** The most streams on one connection. */
    static final int MAX_STREAMS = 100;

    /** One stream more than there can be, so that there is always room. */
    private static final int BYTES = (MAX_STREAMS + 1) * Http2CodecUtil.DEFAULT_WINDOW_SIZE;

    private SharedWindow() {}

    /** On the event loop; does nothing if this is no stream of HTTP/2, or the window has been widened. */
    static void widen(Channel stream) {
        Http2FrameCodec codec =
                stream.parent() == null ? null : stream.parent().pipeline().get(Http2FrameCodec.class);
        if (codec != null) {
            widen(codec.connection(), stream.parent());
        }
    }

    private static void widen(Http2Connection connection, Channel channel) {
        Http2LocalFlowController windows = connection.local().flowController();
        int more = BYTES - windows.initialWindowSize(connection.connectionStream());
        if (more > 0) {
            try {
                windows.incrementWindowSize(connection.connectionStream(), more);
                channel.flush();
            } catch (Http2Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

package io.cortexreactive.provider.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Waits for the response proper to one request, then leaves the pipeline. Passes over interim responses such as 103. A
 * head that cannot be read becomes an error that says so: Reactor Netty has the same for a request that cannot be sent.
 */
final class ResponseStart extends ChannelInboundHandlerAdapter {

    private boolean interim;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse response) {
            begin(context, response);
        }
        if (interim) {
            interim = !(message instanceof LastHttpContent);
            ReferenceCountUtil.release(message);
            context.read();
        } else {
            context.fireChannelRead(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            fail(response, String.valueOf(response.decoderResult().cause().getMessage()));
        } else if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            fail(response, "The server switches protocols, which nobody asked for");
        } else if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            // Reactor Netty itself waits on after 100.
            interim = !response.status().equals(HttpResponseStatus.CONTINUE);
            return;
        }
        context.pipeline().remove(this);
    }

    private static void fail(HttpResponse response, String reason) {
        // Reactor Netty logs it, so it may not quote what the server quotes of the request.
        response.setDecoderResult(
                DecoderResult.failure(new EventStreamReader.FrameException(ServiceError.excerpt(reason))));
    }
}

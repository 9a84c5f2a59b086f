package io.cortexreactive.benchmarks.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One connection. The name of the model in a request says how to answer; {@code /calls} and {@code /lag} tell of
 * others.
 */
final class ModelHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Pattern BEDROCK = Pattern.compile("/model/([^/]+)/converse-stream");
    private static final Pattern OPENAI = Pattern.compile("\"model\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern CALL = Pattern.compile("/calls/([^/]+)(/closed)?");

    private final ModelServer server;
    private @Nullable Runnable onWritable;
    private @Nullable Call call;

    ModelHandler(ModelServer server) {
        this.server = server;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        Matcher asked = CALL.matcher(request.uri());
        Matcher bedrock = BEDROCK.matcher(request.uri());
        Matcher openAi = OPENAI.matcher(request.content().toString(StandardCharsets.UTF_8));
        if (request.uri().equals("/lag")) {
            tell(context, server.pacer(Wire.BEDROCK).lag());
        } else if (asked.matches() && asked.group(2) != null) {
            server.call(asked.group(1)).whenClosed(micros -> tell(context, String.valueOf(micros)));
        } else if (asked.matches()) {
            tell(context, String.valueOf(server.call(asked.group(1)).sent()));
        } else if (bedrock.matches()) {
            answer(context, Wire.BEDROCK, bedrock.group(1));
        } else if (request.uri().endsWith("/chat/completions") && openAi.find()) {
            answer(context, Wire.OPENAI, openAi.group(1));
        } else {
            respond(context, HttpResponseStatus.NOT_FOUND, request.uri());
        }
    }

    private void answer(ChannelHandlerContext context, Wire wire, String model) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, wire.contentType)
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
                .set("x-amzn-RequestId", "00000000-0000-0000-0000-000000000000");
        ChannelFuture unused = context.write(head);
        Answers answers = server.answers(wire);
        switch (model.replaceAll("-.*", "")) {
            case "held" -> answers.held(context);
            case "paced" -> {
                answers.begin(context);
                server.pacer(wire).add(context);
            }
            case "steady" -> answers.steady(context, watched(model));
            case "flood" -> {
                Call watched = watched(model);
                onWritable = () -> answers.flood(context, watched);
                answers.begin(context);
                onWritable.run();
            }
            default -> answers.plain(context);
        }
    }

    private Call watched(String model) {
        Call watched = server.call(model);
        call = watched;
        return watched;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (onWritable != null && context.channel().isWritable()) {
            // Not inside the write that made room.
            context.executor().execute(onWritable);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (call != null) {
            call.close();
        }
    }

    /** A client that resets its connection is none of the server's trouble. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ChannelFuture unused = context.close();
    }

    private static void tell(ChannelHandlerContext context, String text) {
        respond(context, HttpResponseStatus.OK, text);
    }

    private static void respond(ChannelHandlerContext context, HttpResponseStatus status, String text) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        ChannelFuture unused = context.writeAndFlush(response);
    }
}

package io.cortexreactive.message;

/**
 * Counts tokens without the model's tokenizer, for when the provider has not told: one token for each four ASCII
 * characters and one for each other character, which is close for English and errs on the high side elsewhere; four
 * more for each message. Images and documents given as bytes count one token for each 750 bytes. Not for billing.
 */
public final class TokenEstimate {

    private static final int ASCII_CHARS_PER_TOKEN = 4;
    private static final int TOKENS_PER_MESSAGE = 4;
    private static final int MEDIA_BYTES_PER_TOKEN = 750;

    private TokenEstimate() {}

    /** Tokens of a text; 0 only for an empty one. */
    public static long of(CharSequence text) {
        long ascii = asciiChars(text);
        return tokens(ascii, text.length() - ascii);
    }

    static long asciiChars(CharSequence text) {
        long ascii = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 128) {
                ascii++;
            }
        }
        return ascii;
    }

    static long tokens(long ascii, long other) {
        return other + (ascii + ASCII_CHARS_PER_TOKEN - 1) / ASCII_CHARS_PER_TOKEN;
    }

    /** Tokens of everything in a request that the model reads. */
    public static long of(ChatRequest request) {
        long tokens = request.system() == null ? 0 : of(request.system());
        for (Message message : request.messages()) {
            tokens += of(message);
        }
        for (ToolDefinition tool : request.tools()) {
            tokens += of(tool.name())
                    + of(tool.description())
                    + of(tool.inputSchema().toJson());
        }
        return tokens;
    }

    /** Tokens of one message. */
    public static long of(Message message) {
        long tokens = TOKENS_PER_MESSAGE;
        for (Content part : message.content()) {
            tokens += of(part);
        }
        return tokens;
    }

    private static long of(Content part) {
        if (part instanceof TextContent text) {
            return of(text.text());
        }
        if (part instanceof ReasoningContent reasoning) {
            return of(reasoning.text());
        }
        if (part instanceof ToolCall call) {
            return of(call.name()) + of(call.input().toString());
        }
        if (part instanceof ToolResultContent result) {
            return of(String.valueOf(result.result()));
        }
        if (part instanceof ImageContent image) {
            return of(image.source());
        }
        return part instanceof DocumentContent document ? of(document.source()) : 0;
    }

    private static long of(MediaSource source) {
        return source instanceof MediaSource.Bytes bytes ? bytes.size() / MEDIA_BYTES_PER_TOKEN + 1 : 0;
    }
}

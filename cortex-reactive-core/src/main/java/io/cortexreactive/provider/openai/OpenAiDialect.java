package io.cortexreactive.provider.openai;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where servers differ in what they take. In what they answer they differ too, but that needs no setting.
 *
 * @param maxTokensField what the most tokens of an answer are called
 * @param topK whether the server takes {@code top_k}; else it is left out
 * @param reasoningField where earlier reasoning goes back in: {@code reasoning_content} or {@code reasoning} as text,
 *     {@code reasoning_details} with signatures; null to leave it out
 * @param streamOptions whether the server takes {@code stream_options}, which ask it for the usage of a stream; else
 *     the usage is estimated where the server does not tell it by itself
 */
public record OpenAiDialect(
        String maxTokensField, boolean topK, @Nullable String reasoningField, boolean streamOptions) {

    /** With {@code stream_options}. */
    public OpenAiDialect(String maxTokensField, boolean topK, @Nullable String reasoningField) {
        this(maxTokensField, topK, reasoningField, true);
    }

    private static final String MAX_TOKENS = "max_tokens";
    private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";

    /** OpenAI itself, and Azure. */
    public static final OpenAiDialect OPENAI = new OpenAiDialect(MAX_COMPLETION_TOKENS, false, null);

    /** DeepSeek, which insists on earlier reasoning while tools are called. */
    public static final OpenAiDialect DEEPSEEK = new OpenAiDialect(MAX_TOKENS, false, "reasoning_content");

    /** OpenRouter. */
    public static final OpenAiDialect OPENROUTER = new OpenAiDialect(MAX_TOKENS, true, "reasoning_details");

    /** Ollama, which takes {@code top_k} in its own API only. */
    public static final OpenAiDialect OLLAMA = new OpenAiDialect(MAX_TOKENS, false, "reasoning");

    /** vLLM. */
    public static final OpenAiDialect VLLM = new OpenAiDialect(MAX_TOKENS, true, "reasoning");

    /** Any other server, such as LM Studio and llama.cpp. */
    public static final OpenAiDialect COMPATIBLE = new OpenAiDialect(MAX_TOKENS, true, null);

    /** For servers that refuse {@code stream_options}, such as older API versions of Azure. */
    public OpenAiDialect withoutStreamOptions() {
        return new OpenAiDialect(maxTokensField, topK, reasoningField, false);
    }

    private static final int OLLAMA_PORT = 11434;

    /** The dialect that is known to be spoken at an address, else {@link #COMPATIBLE}. */
    static OpenAiDialect at(URI address) {
        String host = address.getHost().toLowerCase(Locale.ROOT);
        if (isOf(host, "openai.com") || isOf(host, "azure.com")) {
            return OPENAI;
        }
        if (isOf(host, "deepseek.com")) {
            return DEEPSEEK;
        }
        if (isOf(host, "openrouter.ai")) {
            return OPENROUTER;
        }
        return address.getPort() == OLLAMA_PORT ? OLLAMA : COMPATIBLE;
    }

    private static boolean isOf(String host, String domain) {
        return host.equals(domain) || host.endsWith("." + domain);
    }
}

package io.cortexreactive.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.provider.HostileServer.Reply;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.SignalType;
import reactor.netty.http.client.HttpClient;

/**
 * What every provider must keep when there is something else at the address than its service, or something in between:
 * wrong addresses, TLS, and HTTP. Extend it with a dialect; the class needs a name that ends in {@code IT}.
 */
public abstract class HostileServerContract extends HostileContract {

    private static final String PAGE =
            "<html>Not here. You sent: Authorization: Bearer " + HostileDialect.KEY + "</html>";

    /** Sooner than any timeout of a provider. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private static Reply page(int status) {
        return client -> client.head("HTTP/1.1 " + status + " Proxy\nContent-Type: text/html; x=" + HostileDialect.KEY
                + "\nContent-Length: " + PAGE.length() + "\n\n" + PAGE);
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void rightAnswerIsTaken(HostileCall call) {
        outcome(call, call.rightly()).isComplete();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://127.0.0.1/v1",
                "file:///etc/passwd",
                "127.0.0.1",
                "/v1",
                "http:///v1",
                "mailto:a@b.example",
                "http://user:" + HostileDialect.KEY + "@127.0.0.1/v1",
                "http://" + HostileDialect.KEY + "@127.0.0.1/v1",
                "https://127.0.0.1/v1#" + HostileDialect.KEY
            })
    public void addressThatIsNoneIsRefusedAtOnce(String address) {
        UnaryOperator<HttpClient> same = UnaryOperator.identity();

        assertThatThrownBy(() -> dialect().start(URI.create(address), ProviderTimeouts.DEFAULTS, same))
                .isInstanceOf(ProviderConfigurationException.class)
                .hasMessageNotContaining(HostileDialect.KEY);
        assertThatThrownBy(() -> at(URI.create(address)))
                .isInstanceOf(ProviderConfigurationException.class)
                .hasMessageNotContaining(HostileDialect.KEY);
    }

    @Test
    public void queryOfAnAddressIsSentOrRefused() {
        HostileServer server = started(HostileServer.start(stream().rightly()));
        URI address = server.endpoint().resolve("/v1?version=7");

        if (dialect().takesQuery()) {
            outcome(stream(), at(address), server).isComplete();
        } else {
            assertThatThrownBy(() -> at(address)).isInstanceOf(ProviderConfigurationException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void unknownHostIsUnavailable(HostileCall call) {
        Throwable error = Signals.error(call.on(at(URI.create("http://nowhere.invalid/v1"))));

        assertThat(error)
                .isInstanceOfSatisfying(
                        ProviderUnavailableException.class,
                        unavailable -> assertThat(unavailable.possiblyBilled()).isFalse());
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void portWhereNobodyListensIsUnavailable(HostileCall call) {
        HostileServer server = HostileServer.start();
        URI gone = server.endpoint();
        server.close();

        assertThat(Signals.error(call.on(at(gone)))).isInstanceOf(ProviderUnavailableException.class);
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void pageWhereNothingIsTellsThatTheAddressIsWrong(HostileCall call) {
        Outcome outcome = outcome(call, page(404));

        outcome.is(ProtocolException.class);
        assertThat(outcome.error())
                .hasMessageContaining(outcome.server().endpoint().toString());
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void pageOfAProxyIsTakenByItsStatus(HostileCall call) {
        outcome(call, page(200)).is(GarbledResponseException.class);
        outcome(call, page(403)).is(AuthenticationException.class);
        outcome(call, page(407)).is(AuthenticationException.class);
        outcome(call, page(502)).is(ProviderUnavailableException.class);
        outcome(call, page(504)).is(ProviderUnavailableException.class);
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void redirectIsToldAndNotFollowed(HostileCall call) {
        HostileServer elsewhere = started(HostileServer.start(call.rightly()));
        String location = elsewhere.endpoint() + "/login";
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            Outcome outcome = outcome(
                    call,
                    client -> client.head("HTTP/1.1 " + status + " Moved\nLocation: "
                            + location.replace("//", "//user:" + HostileDialect.KEY + "@") + "?token="
                            + HostileDialect.KEY + "\nContent-Length: 0\n\n"));

            outcome.is(ProtocolException.class);
            assertThat(outcome.error()).hasMessageContaining(location);
        }
        assertThat(elsewhere.connections()).isZero();
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void redirectToNowhereIsToldAsItIs(HostileCall call) {
        outcome(call, client -> client.head("HTTP/1.1 302 Found\nContent-Length: 0\n\n"))
                .is(ProtocolException.class);
        outcome(
                        call,
                        client -> client.head("HTTP/1.1 302 Found\nLocation: http://a.example/" + "x".repeat(7_000)
                                + "\nContent-Length: 0\n\n"))
                .is(ProtocolException.class);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("carried")
    public void interimResponsesArePassedOver(HostileCall call) {
        outcome(call, call.with(head -> "HTTP/1.1 100 Continue\n\n" + head)).isComplete();
        outcome(call, client -> client.head("HTTP/1.1 101 Switching Protocols\nUpgrade: x\nConnection: upgrade\n\n"))
                .is(GarbledResponseException.class);
        outcome(call, call.with(head -> "HTTP/1.1 102 Processing\n\nHTTP/1.1 103 Early Hints\nLink: </x>\n\n" + head))
                .isComplete();
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void successWithoutABodyIsNoAnswer(HostileCall call) {
        Reply none = client -> client.head("HTTP/1.1 204 No Content\n\n");
        Reply empty = client -> client.head(call.head(0));

        outcome(call, none).isOneOf(IncompleteStreamException.class, GarbledResponseException.class);
        outcome(call, empty).isOneOf(IncompleteStreamException.class, GarbledResponseException.class);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("carried")
    public void answerOfAnotherTypeIsGarbled(HostileCall call) {
        for (String type : new String[] {"text/plain", "image/png", "application/xml", "x"}) {
            outcome(call, call.with(head -> head.replace(call.contentType(), type)))
                    .is(GarbledResponseException.class);
        }
    }

    @Test
    public void answerOfATypeThatIsNotToldIsTaken() {
        String told = "Content-Type: " + stream().contentType() + "\n";

        outcome(stream(), stream().with(head -> head.replace(told, ""))).isComplete();
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void bytesOneByOneAreAnAnswer(HostileCall call) {
        outcome(call, client -> {
                    client.writeSlowly(call.head().replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
                    client.writeSlowly(call.body());
                })
                .isComplete();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("carried")
    public void somethingElseThanHttpIsGarbled(HostileCall call) {
        outcome(call, client -> {
                    client.head("SSH-2.0-OpenSSH_9.6\n");
                    client.end();
                })
                .is(GarbledResponseException.class);
        outcome(call, client -> client.head("HTTP/1.1 two-hundred OK\n\n")).is(GarbledResponseException.class);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("carried")
    public void headWithoutEndIsCutOff(HostileCall call) {
        outcome(call, client -> {
                    client.head("HTTP/1.1 200 OK\n");
                    client.flood(
                            "X-Padding: yyyyyyyyyyyyyyyyyyyyyyyyy\r\n"
                                    .repeat(1_000)
                                    .getBytes(StandardCharsets.US_ASCII),
                            FLOOD);
                })
                .readsAtMost(MEBIBYTE)
                .is(GarbledResponseException.class);
        outcome(call, client -> {
                    client.head("HTTP/1.1 200 OK\nX-Long: ");
                    client.flood("y".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII), FLOOD);
                })
                .readsAtMost(MEBIBYTE)
                .is(GarbledResponseException.class);
        outcome(call, client -> client.flood("H".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII), FLOOD))
                .readsAtMost(MEBIBYTE)
                .is(GarbledResponseException.class);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("carried")
    public void lengthThatIsWrongIsNoticed(HostileCall call) {
        int length = call.body().length;
        Reply tooFew = client -> {
            client.head(call.head(length + 100));
            client.write(Arrays.copyOf(call.body(), length / 2));
            client.end();
        };
        outcome(call, tooFew).isOneOf(StreamInterruptedException.class);
        for (String wrong : new String[] {"-5", "nonsense", "99999999999999999999", "5\nContent-Length: 7"}) {
            outcome(call, client -> {
                        client.head(call.head().replace("Content-Length: " + length, "Content-Length: " + wrong));
                        client.write(call.body());
                        client.end();
                    })
                    .isOneOf(GarbledResponseException.class, StreamInterruptedException.class);
        }
    }

    /** What is left over may break the next call on the connection, but is never an answer to it. */
    @ParameterizedTest
    @MethodSource("calls")
    public void lengthThatIsTooShortBreaksTheAnswer(HostileCall call) {
        HostileServer server = started(HostileServer.start(
                call.with(head -> call.head(call.body().length / 2)), call.rightly(), call.rightly()));
        Throwable broken = Signals.error(call.on(at(server.endpoint())));
        Signals<?> next = Signals.all(call.on(at(server.endpoint())).retry(1));

        assertThat(broken).isInstanceOfAny(GarbledResponseException.class, IncompleteStreamException.class);
        assertThat(next.terminals()).containsExactly(SignalType.ON_COMPLETE);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("carried")
    public void chunksThatLieAreNoticed(HostileCall call) {
        String head = call.head().replaceFirst("Content-Length: \\d+", "Transfer-Encoding: chunked");
        for (String chunk : new String[] {"zz\nabc\n", "-5\nabc\n", "ffffffffffffffffff\nabc\n", "\n\n\n"}) {
            outcome(call, client -> {
                        client.head(head + chunk);
                        client.end();
                    })
                    .isOneOf(GarbledResponseException.class, StreamInterruptedException.class);
        }
        outcome(call, client -> {
                    client.head(head + "ffff\n");
                    client.write(Arrays.copyOf(call.body(), call.body().length / 2));
                    client.end();
                })
                .is(StreamInterruptedException.class);
        outcome(call, client -> {
                    client.head(head + "5;" + "x".repeat(64 * 1024));
                    client.flood("y".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII), FLOOD);
                })
                .readsAtMost(MEBIBYTE)
                .isOneOf(GarbledResponseException.class, StreamInterruptedException.class);
    }

    @Test
    public void bodyThatStaysOpenDoesNotHoldUpTheEndOfTheAnswer() {
        HostileServer server = started(HostileServer.start(client -> {
            stream().open(client);
            client.write(stream().body());
        }));
        Signals<?> answer = Signals.all(stream().on(at(server.endpoint())).timeout(SOON));

        assertThat(answer.failure()).isNull();
        assertThat(answer.elements()).last().isInstanceOf(ChatCompleted.class);
    }

    @Test
    public void connectionWhoseBodyEndsAfterTheAnswerServesTheNextCall() {
        HostileServer server = started(HostileServer.start(client -> {
            client.head(stream().head().replaceFirst("Content-Length: \\d+", "Transfer-Encoding: chunked"));
            client.head(Integer.toHexString(stream().body().length) + "\n");
            client.write(stream().body());
            client.head("\n");
            client.head("0\n\n");
        }));

        outcome(stream(), at(server.endpoint()), server).isComplete();
        assertThat(server.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void refusalWhoseBodyDoesNotEndKeepsItsStatus(HostileCall call) {
        Outcome limited = outcome(
                call,
                client -> client.head("HTTP/1.1 429 Too Many Requests\nContent-Type: application/json\nRetry-After: 7\n"
                        + "Content-Length: 500\n\n{\"error\":{\"message\":\"Slow down\"}}"));
        limited.is(RateLimitedException.class);
        assertThat(((RateLimitedException) limited.error()).retryAfter()).hasValue(Duration.ofSeconds(7));
        outcome(call, client -> {
                    client.head("HTTP/1.1 503 Oops\nContent-Type: text/html\nTransfer-Encoding: chunked\n\n");
                    client.drip("1\r\na\r\n".getBytes(StandardCharsets.US_ASCII));
                })
                .is(ProviderUnavailableException.class);
    }

    @Test
    public void timeoutOfTheClientsOwnIsATimeout() {
        assumeTrue(dialect().takesTrust());
        byte[] begun = stream().framing().apply(dialect().odd(HostileDialect.Oddity.NO_END));
        HostileServer server = started(HostileServer.start(client -> {}, client -> {
            stream().open(client);
            client.write(begun);
        }));
        Duration soon = Duration.ofMillis(300);
        Provider provider =
                dialect().start(server.endpoint(), ProviderTimeouts.DEFAULTS, client -> client.responseTimeout(soon));
        Throwable before = Signals.error(stream().on(provider));
        Throwable within = Signals.error(stream().on(provider));
        provider.close().block(Signals.LONG);

        assertThat(before).isInstanceOf(ProviderTimeoutException.class);
        assertThat(within).isInstanceOf(StreamStalledException.class);
    }

    /** It may be taken for the answer to the next call, as HTTP/1.1 has it, but no call waits for ever. */
    @ParameterizedTest
    @MethodSource("calls")
    public void secondResponseNobodyAskedForBreaksNothingForLong(HostileCall call) {
        HostileServer server = started(HostileServer.start(
                client -> {
                    call.rightly().send(client);
                    page(403).send(client);
                },
                call.rightly()));
        Provider provider = at(server.endpoint());

        assertThat(Signals.all(call.on(provider)).terminals()).hasSize(1);
        assertThat(Signals.all(call.on(provider)).terminals()).hasSize(1);
        assertThat(Signals.all(call.on(provider).retry(1)).terminals()).containsExactly(SignalType.ON_COMPLETE);
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void plainServerBehindHttpsIsUnavailable(HostileCall call) {
        HostileServer plain = started(HostileServer.start(call.rightly()));

        assertThat(Signals.error(call.on(at(secure(plain))))).isInstanceOf(ProviderUnavailableException.class);
        assertThat(plain.requests()).isZero();
    }

    private static URI secure(HostileServer plain) {
        return URI.create("https://127.0.0.1:" + plain.endpoint().getPort());
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void handshakeNobodyAnswersTakesNoLongerThanConnectingMay(HostileCall call) {
        HostileServer silent = started(HostileServer.silent());
        ProviderTimeouts hasty = ProviderTimeouts.DEFAULTS.withConnect(Duration.ofMillis(300));
        Provider provider = dialect().start(secure(silent), hasty, UnaryOperator.identity());
        Throwable error = Signals.error(call.on(provider));
        provider.close().block(Signals.LONG);

        assertThat(error).isInstanceOf(ProviderUnavailableException.class);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("carried")
    public void secureServerBehindHttpIsGarbled(HostileCall call) {
        HostileServer secure = started(HostileServer.secure(Certificates.SERVER.context(), call.rightly()));
        URI plain = URI.create("http://127.0.0.1:" + secure.endpoint().getPort());

        assertThat(Signals.error(call.on(at(plain)))).isInstanceOf(GarbledResponseException.class);
    }

    static Stream<Certificates> wrongCertificates() {
        return Stream.of(Certificates.SELF_SIGNED, Certificates.EXPIRED, Certificates.OF_ANOTHER_HOST);
    }

    @ParameterizedTest
    @MethodSource("wrongCertificates")
    public void certificateThatDoesNotHoldIsUnavailable(Certificates certificate) {
        HostileServer server =
                started(HostileServer.secure(certificate.context(), stream().rightly()));
        Provider provider = dialect().start(server.endpoint(), ProviderTimeouts.DEFAULTS, Certificates::trustAuthority);
        Throwable error = Signals.error(stream().on(provider));
        provider.close().block(Signals.LONG);

        assertThat(error)
                .isInstanceOfSatisfying(
                        ProviderUnavailableException.class,
                        unavailable -> assertThat(unavailable.possiblyBilled()).isFalse());
        assertThat(server.requests()).isZero();
    }

    /** Or the test above would show nothing. */
    @Test
    public void certificateThatHoldsIsTaken() {
        assumeTrue(dialect().takesTrust());
        HostileServer server = started(
                HostileServer.secure(Certificates.SERVER.context(), stream().rightly()));
        Provider provider = dialect().start(server.endpoint(), ProviderTimeouts.DEFAULTS, Certificates::trustAuthority);

        outcome(stream(), provider, server).isComplete();
        provider.close().block(Signals.LONG);
    }
}

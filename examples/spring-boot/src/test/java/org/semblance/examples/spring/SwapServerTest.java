package org.semblance.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.semblance.Disentangler;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.image.Image;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

@SuppressWarnings("NullAway.Init") // start sets the server
class SwapServerTest {
    private static final String BOUNDARY = "0123456789";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static ConfigurableApplicationContext server;

    @BeforeAll
    static void start() {
        server = SpringApplication.run(SwapServer.class, "--server.port=0", "--logging.level.root=warn");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Image head(long seed) {
        return Image.fromFloats(
                new HeadRenderer().render(HeadFactors.of(seed, seed + 1), 64).image());
    }

    private static HttpRequest request(byte[] identity, byte[] attributes) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "identity", identity);
        part(body, "attributes", attributes);
        body.write(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        String port = server.getEnvironment().getRequiredProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/swap"))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
    }

    private static void part(ByteArrayOutputStream body, String name, byte[] content) throws IOException {
        String head = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + name
                + ".png\"\r\nContent-Type: image/png\r\n\r\n";
        body.write(head.getBytes(StandardCharsets.US_ASCII));
        body.write(content);
        body.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void answersSeveralCallersWithWhatTheLibraryMakes() throws IOException {
        HttpRequest request = request(head(11).toPng(), head(13).toPng());
        List<CompletableFuture<HttpResponse<byte[]>>> answers = IntStream.range(0, 4)
                .mapToObj(i -> CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()))
                .toList();
        Image expected = server.getBean(Disentangler.class).swap(head(11), head(13));
        for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
            HttpResponse<byte[]> response = answer.join();
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("image/png");
            assertThat(Image.read(new ByteArrayInputStream(response.body()), "answer"))
                    .isEqualTo(expected);
        }
    }

    @Test
    void whatIsNoPictureIsRefused() throws Exception {
        byte[] words = "no picture".getBytes(StandardCharsets.US_ASCII);
        HttpResponse<String> response =
                CLIENT.send(request(words, head(13).toPng()), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("identity");
    }
}

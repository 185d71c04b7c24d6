package org.semblance.examples.spring;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.semblance.Disentangler;
import org.semblance.image.Image;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/**
 * Swaps over HTTP: {@code curl -F identity=@a.png -F attributes=@b.png localhost:8080/swap > c.png}. One model serves
 * all requests, as it may be used from several threads; Spring closes it when the server stops.
 */
@SpringBootApplication
public class SwapServer {
    public static void main(String... arguments) {
        SpringApplication.run(SwapServer.class, arguments);
    }

    @Bean
    Disentangler disentangler() throws IOException {
        return Disentangler.embedded();
    }

    /** The endpoint. */
    @RestController
    static class Swaps {
        private final Disentangler disentangler;

        Swaps(Disentangler disentangler) {
            this.disentangler = disentangler;
        }

        @PostMapping(path = "/swap", produces = MediaType.IMAGE_PNG_VALUE)
        byte[] swap(
                @RequestParam("identity") MultipartFile identity, @RequestParam("attributes") MultipartFile attributes)
                throws IOException {
            return disentangler.swap(read(identity), read(attributes)).toPng();
        }

        private Image read(MultipartFile file) throws IOException {
            Image image = Image.read(new ByteArrayInputStream(file.getBytes()), file.getName());
            return image.resized(disentangler.resolution(), disentangler.resolution());
        }

        /** What is no picture is the caller's mistake. */
        @ExceptionHandler({IOException.class, IllegalArgumentException.class})
        @ResponseStatus(HttpStatus.BAD_REQUEST)
        String refused(Exception reason) {
            return String.valueOf(reason.getMessage());
        }
    }
}

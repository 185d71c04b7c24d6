package org.semblance.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** GIF by the JDK's encoder. */
final class AnimatedGif implements Animation {
    private static final String FORMAT = "javax_imageio_gif_image_1.0";

    private final ImageWriter writer =
            ImageIO.getImageWritersByFormatName("gif").next();
    private final MemoryCacheImageOutputStream stream;
    private final Timing timing;
    private final FrameCount count;

    AnimatedGif(OutputStream out, Timing timing) throws IOException {
        this.timing = timing;
        this.count = new FrameCount(timing.frames());
        this.stream = new MemoryCacheImageOutputStream(out);
        writer.setOutput(stream);
        writer.prepareWriteSequence(null);
    }

    @Override
    public void add(Image frame) throws IOException {
        int number = count.next(frame);
        writer.writeToSequence(new IIOImage(frame.toBufferedImage(), null, metadata(number == 0)), null);
        stream.flushBefore(stream.getStreamPosition());
    }

    private IIOMetadata metadata(boolean isFirst) throws IOException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(
                ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_INT_RGB), null);
        IIOMetadataNode root = new IIOMetadataNode(FORMAT);
        root.appendChild(control());
        if (isFirst && timing.loops() != 1) {
            IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
            extensions.appendChild(loop());
            root.appendChild(extensions);
        }
        metadata.mergeTree(FORMAT, root);
        return metadata;
    }

    private IIOMetadataNode control() {
        IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("transparentColorIndex", "0");
        control.setAttribute("delayTime", Integer.toString(Math.round(timing.delay() / 10f)));
        return control;
    }

    /* A file without this plays once; with it, once and then as often as it says. */
    private IIOMetadataNode loop() {
        int more = timing.loops() == 0 ? 0 : timing.loops() - 1;
        IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
        loop.setAttribute("applicationID", "NETSCAPE");
        loop.setAttribute("authenticationCode", "2.0");
        loop.setUserObject(new byte[] {1, (byte) more, (byte) (more >> 8)});
        return loop;
    }

    @Override
    public void finish() throws IOException {
        count.requireAll();
        writer.endWriteSequence();
        stream.flush();
    }

    @Override
    public void close() {
        writer.dispose();
    }
}

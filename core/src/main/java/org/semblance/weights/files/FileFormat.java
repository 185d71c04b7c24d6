package org.semblance.weights.files;

/** Containers of weights. */
public enum FileFormat {
    SAFETENSORS("safetensors"),
    TORCH_ZIP("PyTorch checkpoint (zip)"),
    TORCH_LEGACY("PyTorch checkpoint (before 1.6)"),
    PICKLE("StyleGAN2-ADA pickle"),
    KERAS_HDF5("Keras HDF5"),
    NPY("NumPy array"),
    NPZ("NumPy arrays (zip)"),
    TFJS("TensorFlow.js weights");

    private final String text;

    FileFormat(String text) {
        this.text = text;
    }

    /** Its name for people. */
    public String text() {
        return text;
    }
}

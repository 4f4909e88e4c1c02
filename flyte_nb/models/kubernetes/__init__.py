"""What the API server of Kubernetes refuses, told before anything is sent to it."""

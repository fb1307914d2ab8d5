"""Operations of real providers that no shipped template covers, each as a connector of its own."""

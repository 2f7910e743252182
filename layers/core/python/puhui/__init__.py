"""The shared kernel of Puhui: value types, contracts and technical policies every module uses."""

"""What is forecast without a model: by threat, stated positions and earlier deals."""
